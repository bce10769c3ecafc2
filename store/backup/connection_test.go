package backup

import "testing"

func TestPasswordsAndDriverSettingsStayOutOfArguments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ address, plain, password string }{
		{"postgres://me:s%20e@db:5432/x?sslmode=require&pool_max_conns=4", "postgres://me@db:5432/x?sslmode=require", "s e"},
		{"postgres://db/x?user=me&password=p&application_name=a%20b", "postgres://db/x?application_name=a%20b&user=me", "p"},
		{"postgres:///x?host=/run/pg", "postgres:///x?host=%2Frun%2Fpg", ""},
		{`host=/tmp/m user=postgres dbname='it\'s' sslmode=disable`, `host=/tmp/m user=postgres dbname='it\'s' sslmode=disable`, ""},
		{`host=db password='a \'b\\c' pool_max_conns=4 dbname=x`, `host=db   dbname=x`, `a 'b\c`},
	} {
		plain, password := withoutPassword(c.address)
		if plain != c.plain || password != c.password {
			t.Errorf("withoutPassword(%q) = %q, %q; want %q, %q.", c.address, plain, password, c.plain, c.password)
		}
	}
}
