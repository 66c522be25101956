package operatetest

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	firestoreapi "cloud.google.com/go/firestore"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/firestore"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks/cloudtaskstest"
)

var projects atomic.Int64

// Firestore is the database of a project of its own on Google's emulator.
func Firestore(t *testing.T) (db docs.DB, project string) {
	t.Helper()
	if os.Getenv("FIRESTORE_EMULATOR_HOST") == "" {
		t.Fatal("FIRESTORE_EMULATOR_HOST names no emulator; ./scripts/test.sh starts one")
	}
	project = fmt.Sprintf("operate-%d-%d", os.Getpid(), projects.Add(1))
	client, err := firestoreapi.NewClient(context.Background(), project)
	if err != nil {
		t.Fatal(err)
	}
	if db, err = firestore.Open(client, store.Schema()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, project
}

// Region of the queues that CloudTasks has.
const Region = "europe-west1"

// CloudTasks is a server with the queues of a project, that the program under test finds by its environment. It calls nobody until it is told to.
func CloudTasks(t *testing.T, project string) *cloudtaskstest.Server {
	t.Helper()
	queues := map[string]cloudtaskstest.QueueOptions{}
	for q := range tasks.Functions {
		queues[fmt.Sprintf("projects/%s/locations/%s/queues/%s", project, Region, q)] = cloudtaskstest.QueueOptions{}
	}
	s, _ := cloudtaskstest.Start(t, cloudtaskstest.Options{Now: time.Now, Queues: queues, Token: func(audience, email string) string { return audience + " " + email }})
	t.Setenv("CLOUD_TASKS_EMULATOR_HOST", s.Addr())
	return s
}
