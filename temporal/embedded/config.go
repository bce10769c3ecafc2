package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
)

const (
	clusterName = "active"
	// shards is fixed for the life of the databases. A shard writes one thing at a time, or as
	// many as shardIOConcurrency says.
	shards = 4

	mainStore, visibilityStore = "main", "visibility"
	// Each of the four services opens pools of its own.
	mainConnections, visibilityConnections = 16, 6
)

// serverConfig is the configuration of a one-machine server.
func serverConfig(o Options, p ports) *config.Config {
	cfg := &config.Config{
		Persistence: config.Persistence{
			DefaultStore:     mainStore,
			VisibilityStore:  visibilityStore,
			NumHistoryShards: shards,
			DataStores: map[string]config.DataStore{
				mainStore: {SQL: sqlConfig(o.Database, "temporal", mainConnections, nil)},
				// A lost visibility record is written again: the queue's acknowledgement is a
				// later, synchronous commit in the same journal.
				visibilityStore: {SQL: sqlConfig(o.Visibility, "temporal_visibility", visibilityConnections,
					map[string]string{"synchronous_commit": "off"})},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: p.frontend()},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		PublicClient:        config.PublicClient{HostPort: p.frontend()},
		Services:            map[string]config.Service{},
	}
	for service, port := range p {
		cfg.Services[string(service)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	return cfg
}

// sqlConfig connects by dsn; name only labels the schema version inside the database.
func sqlConfig(dsn, name string, connections int, runtime map[string]string) *config.SQL {
	return &config.SQL{
		PluginName:      postgresql.PluginNamePGX,
		DatabaseName:    name,
		ConnectAddr:     "unused", // Connect decides
		ConnectProtocol: "tcp",
		Connect: func(*config.SQL) (*sqlx.DB, error) {
			return openSQL(dsn, connections, runtime)
		},
	}
}

// openSQL opens a pool as the server's own plug-in does, but from any connection string, which
// may name a unix socket.
func openSQL(dsn string, connections int, runtime map[string]string) (*sqlx.DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	maps.Copy(cfg.RuntimeParams, runtime)
	db := sqlx.NewDb(sql.OpenDB(stdlib.GetConnector(*cfg, stdlib.OptionAfterConnect(durationsAsNumbers))), "pgx")
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.MapperFunc(strcase.ToSnake)
	if err := db.PingContext(context.Background()); err != nil { // the server knows no context here
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// durationsAsNumbers has durations written as the nanoseconds that the server's tables hold, and
// not as intervals.
func durationsAsNumbers(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterDefaultPgType(time.Duration(0), "int8")
	conn.TypeMap().RegisterDefaultPgType((*time.Duration)(nil), "int8")
	return nil
}
