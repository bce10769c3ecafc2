package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"

	"github.com/mauntic/mauntic/domain"
)

const loopback = "127.0.0.1"

// ports are where the server's services listen.
type ports map[primitives.ServiceName]int

var services = []primitives.ServiceName{
	primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
}

// findPorts finds free ports for the services; frontend is the one for clients, 0 for any. The
// server ends the process when it can't listen, so a taken port must be noticed here.
func findPorts(ctx context.Context, frontend int) (ports, error) {
	found := ports{}
	var listeners []net.Listener
	defer func() { // only now, or two services might get the same
		for _, listener := range listeners {
			_ = listener.Close()
		}
	}()
	for _, service := range services {
		wanted := 0
		if service == primitives.FrontendService {
			wanted = frontend
		}
		listener, err := listen(ctx, wanted)
		if err != nil && wanted != 0 {
			return nil, domain.Unavailable("Port %d, where Temporal listens, can't be used (%v). "+
				"Stop the program that uses it, or set MAUNTIC_TEMPORAL_PORT to another port.", wanted, reason(err))
		}
		if err != nil {
			return nil, fmt.Errorf("find a port for Temporal: %w", err)
		}
		listeners = append(listeners, listener)
		found[service] = portOf(listener)
	}
	return found, nil
}

func freePort(ctx context.Context) (int, error) {
	listener, err := listen(ctx, 0)
	if err != nil {
		return 0, err
	}
	return portOf(listener), listener.Close()
}

func listen(ctx context.Context, port int) (net.Listener, error) {
	return new(net.ListenConfig).Listen(ctx, "tcp", address(port))
}

func portOf(listener net.Listener) int {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	number, _ := strconv.Atoi(port) // a TCP listener has one
	return number
}

// reason is the system's part of a listen error: "bind: address already in use".
func reason(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

func (p ports) frontend() string { return address(p[primitives.FrontendService]) }

// hosts tells the services of each other, in place of a gossip ring.
func (p ports) hosts() map[primitives.ServiceName]static.Hosts {
	hosts := map[primitives.ServiceName]static.Hosts{}
	for service, port := range p {
		hosts[service] = static.Hosts{All: []string{address(port)}, Self: address(port)}
	}
	return hosts
}
