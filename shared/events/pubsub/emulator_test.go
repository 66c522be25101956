//go:build emulators

package pubsub_test

import (
	"testing"

	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
)

func TestContractOnTheEmulator(t *testing.T) { contract(t, pubsubtest.Emulator) }

func TestPublisherOnTheEmulator(t *testing.T) { onServer(t, pubsubtest.Emulator) }
