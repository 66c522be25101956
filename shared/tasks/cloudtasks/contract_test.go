package cloudtasks_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks"
	"github.com/trakstar/hire-gmail/shared/tasks/cloudtasks/cloudtaskstest"
	"github.com/trakstar/hire-gmail/shared/tasks/taskstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	taskstest.Run(t, func(t *testing.T, deliver tasks.Deliver) taskstest.Driver {
		functions := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			retries, err := strconv.Atoi(r.Header.Get("X-CloudTasks-TaskRetryCount"))
			if err != nil {
				t.Error(err)
			}
			d := tasks.Delivery{Queue: tasks.Queue(r.Header.Get("X-CloudTasks-QueueName")), Name: r.Header.Get("X-CloudTasks-TaskName"), Body: body, Retries: retries, Traceparent: r.Header.Get("Traceparent")}
			if want := "/" + tasks.Functions[d.Queue]; strings.TrimSuffix(r.URL.Path, "/") != want {
				t.Errorf("the queue %s called %s, want %s", d.Queue, r.URL.Path, want)
			}
			if err := deliver(r.Context(), d); err != nil {
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
			}
		}))
		t.Cleanup(functions.Close)
		c := clocktest.New()
		queues, urls := map[string]cloudtaskstest.QueueOptions{}, map[tasks.Queue]string{}
		for q, function := range tasks.Functions {
			queues[parent+string(q)] = cloudtaskstest.QueueOptions{Burst: 500}
			urls[q] = functions.URL + "/" + function
		}
		server, client := cloudtaskstest.Start(t, cloudtaskstest.Options{Now: c.Now, Queues: queues})
		queue, err := cloudtasks.New(cloudtasks.Options{Client: client, Project: "p", Location: "europe-west1", URLs: urls, Audience: "aud", ServiceAccount: "tasks@p", Now: c.Now})
		if err != nil {
			t.Fatal(err)
		}
		pass := func(d time.Duration) {
			end := c.Now().Add(d)
			for {
				if _, err := server.RunDue(t.Context()); err != nil {
					t.Fatal(err)
				}
				next, ok := server.NextDue()
				if !ok || next.After(end) {
					c.Set(end)
					return
				}
				c.Set(next)
			}
		}
		return taskstest.Driver{Enqueuer: queue, Now: c.Now, Pass: pass}
	})
}
