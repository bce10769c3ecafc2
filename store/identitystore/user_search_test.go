package identitystore_test

import (
	"context"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestUsersAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	users, ctx, org := identitystore.New(db), context.Background(), storetest.Org(t, db, "Acme")
	add := func(org domain.OrgID, name, email string, role identity.Role, set string) {
		user, err := users.InsertUser(ctx, org, identity.NewUser{Name: name, Email: email, Role: role})
		if err == nil && set != "" {
			_, err = db.Pool().Exec(ctx, "update identity.users set "+set+" where id = $1", user.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add(org, "Anna", "anna@example.com", identity.RoleSuperadmin, "")
	add(org, "Berta", "b.annason@shop.example", identity.RoleUser, "is_blocked = true")
	add(org, "Carl", "carl@example.com", identity.RoleViewer, "created_at = now() - interval '40 days'")
	add(org, "Dora", "dora@example.com", identity.RoleAdmin, "email_verified = true")
	add(storetest.Org(t, db, "Globex"), "Anna", "anna@globex.example", identity.RoleAdmin, "")

	find := func(text string) ([]string, error) {
		found, err := users.Users(ctx, org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = one.Name
		}
		return names, err
	}
	searchtest.Run(t, identity.UserCommands, find, []searchtest.Case{
		{Search: "", Want: "Anna Berta Carl Dora"},
		{Search: "ANNA", Want: "Anna Berta"},
		{Search: "+anna", Want: "Anna"},
		{Search: "name:anna", Want: "Anna"},
		{Search: "email:*@example.com !name:carl", Want: "Anna Dora"},
		{Search: "role:superadmin", Want: "Anna"},
		{Search: "role:user OR role:viewer", Want: "Berta Carl"},
		{Search: "is:blocked", Want: "Berta"},
		{Search: "is:active", Want: "Anna Carl Dora"},
		{Search: "is:verified", Want: "Dora"},
		{Search: "is:unverified is:blocked", Want: "Berta"},
		{Search: "created:<-30d", Want: "Carl"},
		{Search: "ids:1,4", Want: "Anna Dora"},
	})
}
