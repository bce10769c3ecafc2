package ses

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// ErrNoRegion says that neither we nor the settings of AWS programs name a region. Guessing one would have
// every mail refused, or sent from an account that nobody looks at.
var ErrNoRegion = errors.New("no AWS region is named")

// Settings are those of AWS programs, from where they look for them, with a region of ours where it
// is set. Without any region: ErrNoRegion. An emulator wants a region and a signature, but no true ones.
func Settings(ctx context.Context, region string, emulator bool) (aws.Config, error) {
	var load []func(*config.LoadOptions) error
	if region != "" {
		load = append(load, config.WithRegion(region))
	}
	if env, err := config.NewEnvConfig(); emulator && (err != nil || !env.Credentials.HasKeys()) {
		load = append(load, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("emulator", "emulator", "")))
	}
	settings, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS settings: %w", err)
	}
	switch {
	case settings.Region != "":
	case emulator:
		settings.Region = "us-east-1"
	default:
		return aws.Config{}, ErrNoRegion
	}
	return settings, nil
}
