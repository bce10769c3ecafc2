package campaignstore_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/campaignstore"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
	"github.com/mauntic/mauntic/store/storetest"
)

type listing struct {
	*campaignstore.Store
	t   *testing.T
	db  *store.DB
	org domain.OrgID
	ctx context.Context
}

func (l listing) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// exec runs a statement whose $1 is the organization.
func (l listing) exec(sql string, args ...any) {
	l.t.Helper()
	_, err := l.db.Pool().Exec(l.ctx, sql, append([]any{l.org}, args...)...)
	l.must(err)
}

func (l listing) add(in campaign.Input) campaign.ID {
	l.t.Helper()
	id, err := l.InsertCampaign(l.ctx, l.org, in)
	l.must(err)
	return id
}

func (l listing) names(q campaign.Query) ([]string, error) {
	found, err := l.Campaigns(l.ctx, l.org, q)
	names := make([]string, len(found.Items))
	for i, one := range found.Items {
		names[i] = one.Name
	}
	return names, err
}

// campaigns makes an organization with four campaigns, one of them archived and one of Anna's, who is calling.
func campaigns(t *testing.T) listing {
	t.Helper()
	db := storetest.New(t)
	l := listing{Store: campaignstore.New(db), t: t, db: db, org: storetest.Org(t, db, "Acme"), ctx: context.Background()}
	var anna identity.UserID
	l.must(db.Pool().QueryRow(l.ctx, "insert into identity.users (email, name, password_hash) values ('anna@example.com', 'Anna', '') returning id").Scan(&anna))
	l.ctx = identity.WithActor(l.ctx, identity.Actor{Org: l.org, User: anna, Role: identity.RoleSuperadmin})

	welcome := l.add(campaign.Input{Name: "Welcome", Description: "Greets new subscribers.", Reentry: campaign.ReentryNever, CreatedBy: &anna})
	autumn := l.add(campaign.Input{Name: "Autumn", Description: "A sale in spring colours.", Reentry: campaign.ReentryNever, IsSample: true})
	old := l.add(campaign.Input{Name: "Old", Reentry: campaign.ReentryNever})
	l.add(campaign.Input{Name: "Birthday", Reentry: campaign.ReentryNever})
	for _, id := range []campaign.ID{welcome, autumn, old} {
		one, err := l.Campaign(l.ctx, l.org, id)
		l.must(err)
		_, err = l.InsertVersion(l.ctx, l.org, one, anna)
		l.must(err)
	}
	l.exec("update campaign.campaigns set state = case name when 'Old' then 'archived' when 'Autumn' then 'paused' else state end where org_id = $1")
	l.exec("update campaign.campaigns set created_at = now() - interval '40 days', updated_at = now() - interval '30 days' where org_id = $1 and name = 'Autumn'")
	l.exec("update campaign.versions set published_at = now() - interval '20 days' where org_id = $1 and campaign_id = $2", autumn)
	l.exec(`insert into campaign.step_counters (org_id, campaign_id, step_id, shard, here, passed) values ($1, $2, '', 0, 12, 3)`, welcome)

	other := l
	other.org = storetest.Org(t, db, "Globex")
	other.add(campaign.Input{Name: "Welcome of others", Reentry: campaign.ReentryNever, CreatedBy: &anna})
	return l
}

func TestCampaignsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	l := campaigns(t)
	one, err := l.Campaigns(l.ctx, l.org, campaign.Query{PageQuery: domain.PageQuery{Search: "welcome"}})
	l.must(err)
	find := func(text string) ([]string, error) {
		return l.names(campaign.Query{PageQuery: domain.PageQuery{Search: text}})
	}
	searchtest.Run(t, campaign.SearchCommands, find, []searchtest.Case{
		{Search: "", Want: "Autumn Birthday Welcome"},
		{Search: "SUBSCRIBERS", Want: "Welcome"},
		{Search: "e spring", Want: "Autumn"},
		{Search: `"new subscribers" OR birthday`, Want: "Birthday Welcome"},
		{Search: "+sub", Want: ""},
		{Search: "name:welc", Want: "Welcome"},
		{Search: "name:w*e", Want: "Welcome"},
		{Search: "name:greets", Want: ""},
		{Search: "description:spring", Want: "Autumn"},
		{Search: "!description:*", Want: "Birthday"},
		{Search: "is:active", Want: "Welcome"},
		{Search: "is:paused", Want: "Autumn"},
		{Search: "is:draft", Want: "Birthday"},
		{Search: "is:archived", Want: "Old"},
		{Search: "is:published", Want: "Autumn Welcome"},
		{Search: "is:unpublished", Want: "Birthday"},
		{Search: "is:mine", Want: "Welcome"},
		{Search: "!is:mine", Want: "Autumn Birthday"},
		{Search: "is:sample", Want: "Autumn"},
		{Search: "inside:>10", Want: "Welcome"},
		{Search: "inside:0", Want: "Autumn Birthday"},
		{Search: "finished:3", Want: "Welcome"},
		{Search: "published:today", Want: "Welcome"},
		{Search: "published:<-7d", Want: "Autumn"},
		{Search: "!published:*", Want: "Birthday"},
		{Search: "created:<-30d", Want: "Autumn"},
		{Search: "updated:>=-7d", Want: "Birthday Welcome"},
		{Search: fmt.Sprintf("ids:%d,999999", one.Items[0].ID), Want: "Welcome"},
	})
	if found, err := find("is:archived OR is:active"); err != nil || len(found) != 2 {
		t.Errorf("With archived ones: %q, %v.", found, err)
	}
	if found, err := l.names(campaign.Query{State: campaign.StateArchived, PageQuery: domain.PageQuery{Search: "ol"}}); err != nil || len(found) != 1 {
		t.Errorf("Archived by its state: %q, %v.", found, err)
	}
}

func TestCampaignsAreOrderedByTheirColumns(t *testing.T) {
	t.Parallel()
	l := campaigns(t)
	for by, want := range map[string]string{
		"name": "[Autumn Birthday Welcome]", "inside": "[Autumn Birthday Welcome]", "finished": "[Autumn Birthday Welcome]",
		"publishedAt": "[Birthday Autumn Welcome]", "state": "[Welcome Birthday Autumn]",
	} {
		got, err := l.names(campaign.Query{PageQuery: domain.PageQuery{OrderBy: by, OrderDir: "asc"}})
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("By %s: %q, %v, want %s.", by, got, err, want)
		}
	}
}
