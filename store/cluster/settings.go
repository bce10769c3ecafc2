package cluster

import "fmt"

// settings hold for every cluster. They are given on the command line, so that they follow the
// program; anything else can be set in the cluster's postgresql.conf.
var settings = map[string]string{
	"max_connections":         "200",
	"shared_buffers":          "128MB",
	"max_wal_size":            "2GB",
	"checkpoint_timeout":      "15min",
	"random_page_cost":        "1.1", // disks that seek are rare by now
	"jit":                     "off", // our statements are short: compiling costs more than it saves
	"timezone":                "UTC",
	"log_min_messages":        "log", // refused statements, whose errors we get anyway, would put addresses into the log
	"log_line_prefix":         "",    // our log has the time
	"unix_socket_permissions": "0700",
}

// careless are the settings of a cluster that nobody will miss.
var careless = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
	"autovacuum_naptime": "10s",
	// A killed Postgres leaves its shared memory behind; this way it lies with the files.
	"dynamic_shared_memory_type": "mmap",
}

// arguments is the command line of a server that listens on its socket only.
func arguments(at place, durable bool) []string {
	args := []string{"-D", at.data, "-k", at.run, "-h", "", "-p", "5432"}
	groups := []map[string]string{settings}
	if !durable {
		groups = append(groups, careless)
	}
	for _, group := range groups {
		for name, value := range group {
			args = append(args, "-c", fmt.Sprintf("%s=%s", name, value))
		}
	}
	return args
}
