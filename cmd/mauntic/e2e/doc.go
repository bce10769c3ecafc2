// Package e2e tests the real binary from outside: a campaign from CSV to inbox, kills in the
// middle of it, and the pages in a browser. Run it with `make e2e`; everything is behind the build
// tag e2e.
package e2e
