package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Config holds every setting. Each is a flag and a MAUNTIC_… variable; this file is the only one
// that knows the environment.
type Config struct {
	// Addr is where the web listens.
	Addr string `env:"MAUNTIC_ADDR" default:"127.0.0.1:8080" help:"Where the web listens."`
	// DataDir holds the private Postgres, secrets and spooled clicks. Empty: .data or, when
	// Postgres's user can't reach that, /var/lib/mauntic.
	DataDir string `env:"MAUNTIC_DATA_DIR" placeholder:".data" help:"Where data is kept."`
	// BaseURL is how people and mail reach us, without a slash at the end. Empty: from Addr.
	BaseURL string `env:"MAUNTIC_BASE_URL" placeholder:"URL" help:"How people reach the web. Links in mail begin with it."`
	// ContentURL is a second origin for marketers' own HTML. Empty: BaseURL.
	ContentURL string `env:"MAUNTIC_CONTENT_URL" placeholder:"URL" help:"A second address for marketers' own HTML."`
	// TrustedProxies may say by X-Forwarded-For who is calling: addresses or networks.
	TrustedProxies []string `env:"MAUNTIC_TRUSTED_PROXIES" placeholder:"ADDRESS" help:"Proxies whose X-Forwarded-For is believed."`
	// AllowedOrigins are sites whose scripts may call the API with a key.
	AllowedOrigins []string `env:"MAUNTIC_ALLOWED_ORIGINS" placeholder:"ORIGIN" help:"Sites whose scripts may call the API."`

	// EgressAllow are exceptions from the rule that addresses typed in by people are called only
	// when they are public, at the ports 80 and 443: addresses or networks, each with a port or for
	// all of them.
	EgressAllow []string `env:"MAUNTIC_EGRESS_ALLOW" placeholder:"ADDRESS" help:"Private addresses or networks that webhooks may call."`

	// DatabaseURL names a Postgres. Empty: run a private one from installed binaries.
	DatabaseURL string `env:"MAUNTIC_DATABASE_URL" placeholder:"URL" help:"A Postgres to use in place of the private one."`
	// DatabasePool is how many connections our part of the program may hold.
	DatabasePool int32 `env:"MAUNTIC_DATABASE_POOL" default:"32" help:"Database connections at most."`
	// PostgresBin is the folder of postgres and initdb. Empty: the newest installed.
	PostgresBin string `env:"MAUNTIC_POSTGRES_BIN" placeholder:"FOLDER" help:"Where the Postgres programs are."`

	Temporal TemporalConfig `embed:"" prefix:"temporal-"`

	// AdminEmail and AdminPassword are the owner's at the first start. Empty password: one is made
	// up and printed once.
	AdminEmail    string `env:"MAUNTIC_ADMIN_EMAIL" placeholder:"EMAIL" help:"The owner's address, for the first start."`
	AdminPassword string `env:"MAUNTIC_ADMIN_PASSWORD" placeholder:"PASSWORD" help:"The owner's password, for the first start."`
	// SigningKey signs public links. Empty: a key kept in DataDir. Processes on several machines
	// need the same one.
	SigningKey string `env:"MAUNTIC_SIGNING_KEY" placeholder:"KEY" help:"Signs public links, at least 32 characters."`

	// Mail is inbox (captured and shown in the app), smtp://user:password@host:port, or ses.
	Mail string    `env:"MAUNTIC_MAIL" default:"inbox" help:"How mail is sent: inbox, smtp://…, or ses."`
	SES  SESConfig `embed:"" prefix:"ses-"`
	// EmailRate and SMSRate are how many may be sent in a second by all workers together, whatever
	// the provider allows. 0: only the provider limits. All workers need the same.
	EmailRate float64 `env:"MAUNTIC_EMAIL_RATE" default:"0" help:"Emails a second at most, over all workers; 0: as the provider allows."`
	SMSRate   float64 `env:"MAUNTIC_SMS_RATE" default:"0" help:"SMS a second at most, over all workers; 0: as the provider allows."`
	// BounceAddress is the envelope sender of mail by smtp, extended by a token for each message:
	// bounces+token@example.com. With it, people can unsubscribe by mail, too.
	BounceAddress string `env:"MAUNTIC_BOUNCE_ADDRESS" placeholder:"EMAIL" help:"Where mail that can't be delivered comes back to."`
	// BounceMailbox is where that mail is read: imaps://user:password@host/INBOX.
	BounceMailbox string `env:"MAUNTIC_BOUNCE_MAILBOX" placeholder:"URL" help:"The mailbox of that address: imaps://user:password@host/INBOX."`
	// AllowUnverifiedSenders lets campaigns run whose sender's domain is not set up.
	AllowUnverifiedSenders bool `env:"MAUNTIC_ALLOW_UNVERIFIED_SENDERS" help:"Let campaigns send from domains that are not set up."`
	// DNSServer is asked about sender domains. Empty: the machine's.
	DNSServer string `env:"MAUNTIC_DNS_SERVER" placeholder:"HOST:PORT" help:"The DNS server to ask about sender domains."`

	// SMS is inbox (captured and shown in the app) or twilio.
	SMS    string       `env:"MAUNTIC_SMS" default:"inbox" help:"How SMS are sent: inbox or twilio."`
	Twilio TwilioConfig `embed:"" prefix:"twilio-"`

	// FilesContact and FilesOrg are how many MB of files may be attached to one contact, and to all
	// contacts of an organization.
	FilesContact int64 `env:"MAUNTIC_FILES_CONTACT" default:"100" placeholder:"MB" help:"How many MB of files a contact may have."`
	FilesOrg     int64 `env:"MAUNTIC_FILES_ORG" default:"10240" placeholder:"MB" help:"How many MB of files all contacts of an organization may have."`

	// Keep says how long records are kept.
	Keep KeepConfig `embed:"" prefix:"keep-"`

	// MetricsAddr is where Prometheus reads metrics: never the public listener. "off" for none.
	MetricsAddr string `env:"MAUNTIC_METRICS_ADDR" default:"127.0.0.1:9464" help:"Where Prometheus reads metrics; off for none."`
	// UnknownTransactional and UnknownMarketing are how long after the end of its call a message with an
	// unknown outcome may wait for news before it counts as overdue.
	UnknownTransactional time.Duration `env:"MAUNTIC_UNKNOWN_TRANSACTIONAL" default:"2m" help:"When a transactional message without news is overdue."`
	UnknownMarketing     time.Duration `env:"MAUNTIC_UNKNOWN_MARKETING" default:"30m" help:"When a marketing message without news is overdue."`

	// Development shows those who build pages the kit of components at /app/_kit.
	Development bool `env:"MAUNTIC_DEVELOPMENT" help:"Show the kit of components at /app/_kit."`

	// LogLevel is debug, info, warn or error.
	LogLevel string `env:"MAUNTIC_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"What is logged: ${enum}."`
}

// TemporalConfig names a Temporal cluster, or says how to run our own.
type TemporalConfig struct {
	// Address of a cluster's frontend. Empty: run a server in this process.
	Address   string `env:"MAUNTIC_TEMPORAL_ADDRESS" placeholder:"HOST:PORT" help:"A Temporal cluster to use in place of our own."`
	Namespace string `env:"MAUNTIC_TEMPORAL_NAMESPACE" default:"mauntic" help:"The namespace of our workflows."`
	// Port of our own server, on loopback.
	Port int `env:"MAUNTIC_TEMPORAL_PORT" default:"7233" help:"The port of our own Temporal server."`

	TLS        bool   `env:"MAUNTIC_TEMPORAL_TLS" help:"Reach the cluster by TLS."`
	CAFile     string `env:"MAUNTIC_TEMPORAL_TLS_CA" placeholder:"FILE" help:"Certificates that the cluster's must be signed by."`
	CertFile   string `env:"MAUNTIC_TEMPORAL_TLS_CERT" placeholder:"FILE" help:"Our certificate."`
	KeyFile    string `env:"MAUNTIC_TEMPORAL_TLS_KEY" placeholder:"FILE" help:"The key of our certificate."`
	ServerName string `env:"MAUNTIC_TEMPORAL_TLS_SERVER_NAME" placeholder:"NAME" help:"The name in the cluster's certificate."`
	APIKey     string `env:"MAUNTIC_TEMPORAL_API_KEY" placeholder:"KEY" help:"The cluster's API key."`
}

// SESConfig says which Amazon SES to use. Credentials come from where the AWS SDK looks for them.
type SESConfig struct {
	Region           string `env:"MAUNTIC_SES_REGION" placeholder:"REGION" help:"The region of Amazon SES."`
	ConfigurationSet string `env:"MAUNTIC_SES_CONFIGURATION_SET" placeholder:"NAME" help:"The configuration set."`
	Endpoint         string `env:"MAUNTIC_SES_ENDPOINT" placeholder:"URL" help:"Another address of the service, for emulators."`
	// TopicARN names the SNS topics to which the configuration set tells its events. What is signed
	// for any other is refused.
	TopicARN []string `env:"MAUNTIC_SES_TOPIC_ARN" placeholder:"ARN" help:"The SNS topic of the events of SES."`
	// AllowSHA1 believes signatures of version 1, which a topic makes until it is told otherwise.
	AllowSHA1 bool `env:"MAUNTIC_SES_ALLOW_SHA1" help:"Believe SNS signatures of version 1, too."`
	// QueueURL is a queue that the topic writes to, with raw delivery or without.
	QueueURL string `env:"MAUNTIC_SES_QUEUE_URL" placeholder:"URL" help:"The SQS queue of the events of SES."`
	// SQSEndpoint is where an emulator of SQS listens.
	SQSEndpoint string `env:"MAUNTIC_SQS_ENDPOINT" placeholder:"URL" help:"Another address of SQS, for emulators."`
}

// TwilioConfig names an account of Twilio.
type TwilioConfig struct {
	AccountSID string `env:"MAUNTIC_TWILIO_ACCOUNT_SID" placeholder:"SID" help:"The account's SID."`
	AuthToken  string `env:"MAUNTIC_TWILIO_AUTH_TOKEN" placeholder:"TOKEN" help:"The account's auth token, which also signs what Twilio posts."`
	// MessagingService chooses the sender. Empty: From sends.
	MessagingService string `env:"MAUNTIC_TWILIO_MESSAGING_SERVICE_SID" placeholder:"SID" help:"The messaging service to send with."`
	From             string `env:"MAUNTIC_TWILIO_FROM" placeholder:"NUMBER" help:"The number to send from."`
	// BaseURL is of an emulator. Empty: Twilio's.
	BaseURL string `env:"MAUNTIC_TWILIO_BASE_URL" placeholder:"URL" help:"Another address of the service, for emulators."`
}

// complete fills in the settings that follow from others.
func (c *Config) complete() {
	if c.BaseURL == "" {
		c.BaseURL = "http://" + reachable(c.Addr)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.ContentURL == "" {
		c.ContentURL = c.BaseURL
	}
	c.ContentURL = strings.TrimRight(c.ContentURL, "/")
}

// reachable turns an address to listen on into one to connect to.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// secure says whether people reach us by https only.
func (c *Config) secure() bool { return strings.HasPrefix(c.BaseURL, "https://") }

// privatePostgres says whether we run Postgres ourselves.
func (c *Config) privatePostgres() bool { return c.DatabaseURL == "" }

// ownTemporal says whether we run the Temporal server ourselves.
func (c *Config) ownTemporal() bool { return c.Temporal.Address == "" }

// requireDatabase refuses to go on without a database that others reach, too.
func (c *Config) requireDatabase(command string) error {
	if c.DatabaseURL == "" {
		return domain.Unavailable("`mauntic %s` needs a database: set MAUNTIC_DATABASE_URL. To run everything in one process, use `mauntic up`.", command)
	}
	return nil
}

// requireCluster refuses to go on without a database and a Temporal cluster.
func (c *Config) requireCluster(command string) error {
	if c.Temporal.Address == "" {
		return domain.Unavailable("`mauntic %s` needs a Temporal cluster: set MAUNTIC_TEMPORAL_ADDRESS. To run everything in one process, use `mauntic up`.", command)
	}
	return c.requireDatabase(command)
}

// tlsConfig is nil when the cluster is reached without TLS.
func (c *TemporalConfig) tlsConfig() (*tls.Config, error) {
	if !c.TLS && c.CAFile == "" && c.CertFile == "" && c.APIKey == "" {
		return nil, nil
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read MAUNTIC_TEMPORAL_TLS_CA: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, domain.Unavailable("There is no certificate in %s, which MAUNTIC_TEMPORAL_TLS_CA names.", c.CAFile)
		}
	}
	if c.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read MAUNTIC_TEMPORAL_TLS_CERT and _KEY: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

// childEnvironment is our environment with more variables, for a command that we run.
func childEnvironment(more ...string) []string { return append(os.Environ(), more...) }
