// Package identity knows who uses Mauntic: organizations, users, their roles, and API keys.
package identity
