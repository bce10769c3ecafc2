package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/domain/messaging"
)

// readers is how many connections load pixels and follow links at a time.
const readers = 50

// hits measures open pixels and click links, half of each, on the messages of the journeys before.
// Those who load them share the machine with the program.
func (p *product) hits(length time.Duration) measure {
	return p.as(func(ctx context.Context) (string, string, error) {
		paths, err := p.publicPaths(ctx)
		if err != nil {
			return "", "", err
		}
		address, stop, err := p.serveHits(ctx)
		if err != nil {
			return "", "", err
		}
		defer stop()
		before, err := p.events(ctx)
		if err != nil {
			return "", "", err
		}
		took, err := load(ctx, address, paths, length)
		if err != nil {
			return "", "", err
		}
		after, err := p.events(ctx)
		if err != nil {
			return "", "", err
		}
		slices.Sort(took)
		p99 := took[len(took)*99/100].Round(100 * time.Microsecond)
		return fmt.Sprintf("%.0f/s, p99 %s", float64(len(took))/length.Seconds(), p99),
			fmt.Sprintf("%d hits made %d events", len(took), after-before), nil
	})
}

// publicPaths returns the pixel and the click link of messages that were sent.
func (p *product) publicPaths(ctx context.Context) ([]string, error) {
	rows, err := p.pool.Query(ctx, `select m.sid, l.key from messaging.messages m join messaging.links l on l.org_id = m.org_id
		where m.state = 'sent' order by m.id limit 500`)
	if err != nil {
		return nil, err
	}
	var paths []string
	var sid string
	var key []byte
	for rows.Next() {
		if err := rows.Scan(&sid, &key); err != nil {
			return nil, err
		}
		paths = append(paths,
			"/t/o/"+p.signer.Token(messaging.PurposeOpen, sid)+".gif",
			"/t/c/"+p.signer.ClickToken(sid, messaging.LinkKey(key)))
	}
	if len(paths) == 0 && rows.Err() == nil {
		return nil, errors.New("no message was sent before")
	}
	return paths, rows.Err()
}

func (p *product) serveHits(ctx context.Context) (address string, stop func(), err error) {
	folder, err := os.MkdirTemp("", "mauntic-bench-")
	if err != nil {
		return "", nil, err
	}
	recorder, err := trackapi.NewRecorder(p.messages, folder, p.log)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	site := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	trackapi.Register(site, p.messages, recorder)
	ctx, cancel := context.WithCancel(ctx)
	var running errgroup.Group
	running.Go(func() error { return site.Listener(listener) })
	running.Go(func() error {
		recorder.Run(ctx)
		return nil
	})
	return listener.Addr().String(), func() {
		_ = site.Shutdown()
		cancel()
		_ = running.Wait()
		_ = os.RemoveAll(folder)
	}, nil
}

func (p *product) events(ctx context.Context) (n int, err error) {
	err = p.pool.QueryRow(ctx, `select count(*) from crm.events where type in ('email.opened', 'email.clicked')`).Scan(&n)
	return n, err
}

// load asks for the paths in turn over all connections and returns how long each answer took.
func load(ctx context.Context, address string, paths []string, length time.Duration) ([]time.Duration, error) {
	client := &fasthttp.HostClient{Addr: address, MaxConns: readers}
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var mu sync.Mutex
	var all []time.Duration
	var group errgroup.Group
	for reader := range readers {
		group.Go(func() error {
			took, err := read(ctx, client, "http://"+address, paths[reader%len(paths):])
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			return err
		})
	}
	return all, group.Wait()
}

func read(ctx context.Context, client *fasthttp.HostClient, base string, paths []string) ([]time.Duration, error) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	var took []time.Duration
	for n := 0; ctx.Err() == nil; n++ {
		request.SetRequestURI(base + paths[n%len(paths)])
		began := time.Now()
		if err := client.Do(request, response); err != nil {
			return took, err
		}
		if status := response.StatusCode(); status != fasthttp.StatusOK && status != fasthttp.StatusFound {
			return took, fmt.Errorf("GET %s: %d", paths[n%len(paths)], status)
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}
