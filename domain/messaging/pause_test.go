package messaging_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

func TestAPausedInstallationSendsNothingUntilItIsResumed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.must(b.PauseSending(b.ctx, "It was restored from a backup."))

	delivery, err := b.another().Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	if !delivery.Deferred || delivery.Until == nil || time.Until(*delivery.Until) < 20*time.Second || !strings.Contains(delivery.Reason.English(), "restored from a backup") {
		t.Errorf("delivery = %+v, want it put off with the reason.", delivery)
	}
	if len(b.provider.mails) != 0 || b.message(message.ID).State != messaging.StateReady {
		t.Errorf("%d mails went out of a paused installation.", len(b.provider.mails))
	}

	if changed, err := b.ResumeSending(b.ctx); err != nil || !changed {
		t.Errorf("resume: %v, %v", changed, err)
	}
	delivery, err = b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSent || len(b.provider.mails) != 1 {
		t.Errorf("after resuming: %+v, %v, %d mails", delivery, err, len(b.provider.mails))
	}
	if changed, err := b.ResumeSending(b.ctx); err != nil || changed {
		t.Errorf("resuming twice: %v, %v", changed, err)
	}
}

func TestOnlyOperatorsPauseAndResumeSending(t *testing.T) {
	t.Parallel()
	b := setup(t)
	as := func(role identity.Role) context.Context {
		return identity.WithActor(context.Background(), identity.Actor{Org: b.org, User: 1, Role: role})
	}
	b.must(b.PauseSending(as(identity.RoleSuperadmin), "Because."))
	for _, role := range []identity.Role{identity.RoleUser, identity.RoleAdmin} {
		if err := b.PauseSending(as(role), "Because."); domain.KindOf(err) != domain.KindForbidden {
			t.Errorf("%s pauses: %v", role, err)
		}
		if _, err := b.ResumeSending(as(role)); domain.KindOf(err) != domain.KindForbidden {
			t.Errorf("%s resumes: %v", role, err)
		}
		if pause, err := b.SendingPause(as(role)); err != nil || pause == nil || pause.Reason != "Because." {
			t.Errorf("%s asks whether sending is paused: %+v, %v", role, pause, err)
		}
	}
	if _, err := b.SendingPause(context.Background()); domain.KindOf(err) != domain.KindUnauthorized {
		t.Errorf("nobody asks: %v", err)
	}
	var invalid *domain.Error
	if err := b.PauseSending(b.ctx, " "); !errors.As(err, &invalid) || invalid.Kind != domain.KindInvalid {
		t.Errorf("without a reason: %v", err)
	}
}
