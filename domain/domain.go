// Package domain holds the words that every context shares: organization ids, errors that a
// person can read, pages of results, and the port by which a use case decides its transaction.
package domain

import "context"

// OrgID names an organization. It is the first argument after ctx of every use case and every
// store method; it is never read from the context.
type OrgID int64

// Tx lets a use case decide the span of a transaction without knowing the database.
type Tx interface {
	// InTx runs fn in one transaction of org. A transaction already in ctx is joined, so use
	// cases may call each other. An error from fn rolls everything back.
	InTx(ctx context.Context, org OrgID, fn func(ctx context.Context) error) error
	// AfterCommit runs fn once the transaction in ctx has committed, and never if it rolls
	// back. Without a transaction in ctx, fn runs at once. fn gets a context that outlives
	// the transaction; what it does may be lost in a crash, so something else must repair it.
	AfterCommit(ctx context.Context, fn func(ctx context.Context))
}
