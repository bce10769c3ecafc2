package campaign

import (
	"context"
	"fmt"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// SenderProblems says, each in a sentence, why mailboxes do not believe the senders of the version
// that people are on. The campaign goes on all the same; it can't be resumed or published anew.
func (s *Service) SenderProblems(ctx context.Context, org domain.OrgID, id ID) ([]*domain.Phrase, error) {
	campaign, err := s.Campaign(ctx, org, id)
	if err != nil || campaign.Version == 0 {
		return nil, err
	}
	version, err := s.Version(ctx, org, id, campaign.Version)
	if err != nil {
		return nil, err
	}
	var problems []*domain.Phrase
	told := map[string]bool{}
	for _, email := range emailsOf(version.Flow) {
		problem, err := s.Messaging.SenderProblem(ctx, org, email)
		if err != nil && domain.KindOf(err) != domain.KindNotFound {
			return nil, fmt.Errorf("check sender: %w", err)
		}
		if problem != nil && !told[problem.String()] {
			told[problem.String()] = true
			problems = append(problems, problem)
		}
	}
	return problems, nil
}

// emailsOf returns the emails that a flow sends, each once.
func emailsOf(flow Flow) []messaging.EmailID {
	var emails []messaging.EmailID
	for _, step := range flow.Steps() {
		if send, ok := step.Settings.(SendEmail); ok && send.Email != 0 && !slices.Contains(emails, send.Email) {
			emails = append(emails, send.Email)
		}
	}
	return emails
}

// believed refuses to resume a campaign whose senders mailboxes would not believe.
func (s *Service) believed(ctx context.Context, org domain.OrgID, id ID) error {
	problems, err := s.SenderProblems(ctx, org, id)
	if err == nil && len(problems) > 0 {
		return domain.Refuse(domain.KindConflict, "", problems[0])
	}
	return err
}
