package crm

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// readAhead reads batches, until there is none, and has each taken while the next is being read: so
// the database and the file are busy at the same time. Not for use inside a transaction, which serves
// one at a time. It returns when nothing of it runs any more, with the first error.
func readAhead[T any](ctx context.Context, read func(ctx context.Context, no int) ([]T, error), take func(batch []T) error) error {
	group, reading := errgroup.WithContext(ctx)
	batches := make(chan []T)
	group.Go(func() error {
		defer close(batches)
		for no := 0; ; no++ {
			batch, err := read(reading, no)
			if err != nil || batch == nil {
				return err
			}
			select {
			case batches <- batch:
			case <-reading.Done():
				return reading.Err()
			}
		}
	})
	group.Go(func() error {
		for batch := range batches {
			if err := take(batch); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}
