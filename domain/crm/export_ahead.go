package crm

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// readersAhead is how many batches are read at a time: while one is on its way from the database, another
// is made into rows.
const readersAhead = 2

// readAhead reads batches, until there is none, and has each taken, in their order, while the next ones are
// being read: so the database and the file are busy at the same time. Not for use inside a transaction,
// which serves one at a time. It returns when nothing of it runs any more, with the first error.
func readAhead[T any](ctx context.Context, read func(ctx context.Context, no int) ([]T, error), take func(batch []T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var batches [readersAhead]chan []T // by the reader, in turn
	for reader := range batches {
		batches[reader] = make(chan []T)
		group.Go(func() error {
			defer close(batches[reader])
			for no := reader; ; no += readersAhead {
				batch, err := read(ctx, no)
				if err != nil || batch == nil {
					return err
				}
				select {
				case batches[reader] <- batch:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		})
	}
	group.Go(func() error {
		for no := 0; ; no++ {
			batch, more := <-batches[no%readersAhead]
			if !more {
				return nil
			}
			if err := take(batch); err != nil {
				return err
			}
		}
	})
	return group.Wait()
}
