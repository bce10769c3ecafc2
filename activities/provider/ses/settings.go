package ses

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Settings are those of AWS programs, from where they look for them, with a region of ours where it
// is set. An emulator wants a signature, but not a true one.
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
	if settings.Region == "" {
		settings.Region = "us-east-1"
	}
	return settings, nil
}
