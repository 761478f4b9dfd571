//go:build tools

// Package tools pins tctl: its own repository is archived, and `go install` refuses modules with replacements.
package tools

import _ "github.com/temporalio/tctl/cmd/tctl"
