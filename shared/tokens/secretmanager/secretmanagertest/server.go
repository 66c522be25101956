package secretmanagertest

import (
	"context"
	"fmt"
	"hash/crc32"
	"maps"
	"net"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Server is a Secret Manager.
type Server struct {
	secretmanagerpb.UnimplementedSecretManagerServiceServer
	addr string
	grpc *grpc.Server
	done chan error

	mu      sync.Mutex
	secrets map[string]*secret
	calls   map[string]int
	fault   func(method string, call int) error
	now     func() time.Time
}

type secret struct {
	about    *secretmanagerpb.Secret
	versions []*version
}

type version struct {
	state secretmanagerpb.SecretVersion_State
	data  []byte
	at    time.Time
}

// Start serves until the test ends, and gives a client of it.
func Start(t testing.TB) (*Server, *secretmanager.Client) {
	t.Helper()
	s, err := Serve()
	if err != nil {
		t.Fatal(err)
	}
	client, err := secretmanager.NewClient(context.Background(), option.WithEndpoint(s.addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, client
}

// Serve serves until it is closed.
func Serve() (*Server, error) {
	s := &Server{secrets: map[string]*secret{}, calls: map[string]int{}, now: time.Now, done: make(chan error, 1)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = l.Addr().String()
	s.grpc = grpc.NewServer(grpc.UnaryInterceptor(s.intercept))
	secretmanagerpb.RegisterSecretManagerServiceServer(s.grpc, s)
	go func() { s.done <- s.grpc.Serve(l) }()
	return s, nil
}

// Close ends it.
func (s *Server) Close() error {
	s.grpc.Stop()
	return <-s.done
}

// SetNow sets the clock that versions are dated by.
func (s *Server) SetNow(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// Addr is the server's host:port, for clients of other processes.
func (s *Server) Addr() string { return s.addr }

// Fault makes calls fail: f is asked before each call of a method ("AddSecretVersion"), the first of which is number 1; nil lets it through.
func (s *Server) Fault(f func(method string, call int) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
	clear(s.calls)
}

// Calls is how often each method was called since the start or the last Fault.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	maps.Copy(out, s.calls)
	return out
}

// Secrets are the secrets there are.
func (s *Server) Secrets() []*secretmanagerpb.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*secretmanagerpb.Secret
	for _, x := range s.secrets {
		out = append(out, proto.Clone(x.about).(*secretmanagerpb.Secret))
	}
	return out
}

// States are the states of a secret's versions, the oldest first.
func (s *Server) States(name string) []secretmanagerpb.SecretVersion_State {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []secretmanagerpb.SecretVersion_State
	if x := s.secrets[name]; x != nil {
		for _, v := range x.versions {
			out = append(out, v.state)
		}
	}
	return out
}

func (s *Server) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	method := path.Base(info.FullMethod)
	s.mu.Lock()
	s.calls[method]++
	call, fault := s.calls[method], s.fault
	s.mu.Unlock()
	if fault != nil {
		if err := fault(method, call); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return handler(ctx, req)
}

var (
	validID    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	validLabel = regexp.MustCompile(`^[a-z0-9_-]{0,63}$`)
)

// CreateSecret implements the service.
func (s *Server) CreateSecret(_ context.Context, r *secretmanagerpb.CreateSecretRequest) (*secretmanagerpb.Secret, error) {
	if !validID.MatchString(r.SecretId) || r.GetSecret().GetReplication() == nil {
		return nil, status.Error(codes.InvalidArgument, "The secret's id or replication is not valid.")
	}
	for k, v := range r.Secret.Labels {
		if !validLabel.MatchString(k) || !validLabel.MatchString(v) {
			return nil, status.Errorf(codes.InvalidArgument, "The label %q is not valid.", k)
		}
	}
	name := r.Parent + "/secrets/" + r.SecretId
	if s.secrets[name] != nil {
		return nil, status.Errorf(codes.AlreadyExists, "Secret [%s] already exists.", name)
	}
	about := proto.Clone(r.Secret).(*secretmanagerpb.Secret)
	about.Name = name
	s.secrets[name] = &secret{about: about}
	return about, nil
}

// AddSecretVersion implements the service.
func (s *Server) AddSecretVersion(_ context.Context, r *secretmanagerpb.AddSecretVersionRequest) (*secretmanagerpb.SecretVersion, error) {
	x := s.secrets[r.Parent]
	if x == nil {
		return nil, status.Errorf(codes.NotFound, "Secret [%s] not found.", r.Parent)
	}
	if len(r.GetPayload().GetData()) > 64<<10 {
		return nil, status.Error(codes.InvalidArgument, "The payload is larger than 64 KiB.")
	}
	x.versions = append(x.versions, &version{state: secretmanagerpb.SecretVersion_ENABLED, data: r.Payload.Data, at: s.now()})
	return &secretmanagerpb.SecretVersion{Name: fmt.Sprintf("%s/versions/%d", r.Parent, len(x.versions)), State: secretmanagerpb.SecretVersion_ENABLED}, nil
}

// ListSecretVersions implements the service, on one page, the newest first. The filter is one by state, or none.
func (s *Server) ListSecretVersions(_ context.Context, r *secretmanagerpb.ListSecretVersionsRequest) (*secretmanagerpb.ListSecretVersionsResponse, error) {
	x := s.secrets[r.Parent]
	if x == nil {
		return nil, status.Errorf(codes.NotFound, "Secret [%s] not found.", r.Parent)
	}
	out := &secretmanagerpb.ListSecretVersionsResponse{}
	for i := len(x.versions); i > 0; i-- {
		if v := x.versions[i-1]; r.Filter == "" || strings.Contains(r.Filter, v.state.String()) {
			out.Versions = append(out.Versions, &secretmanagerpb.SecretVersion{Name: fmt.Sprintf("%s/versions/%d", r.Parent, i), State: v.state, CreateTime: timestamppb.New(v.at)})
		}
	}
	return out, nil
}

// ListSecrets implements the service. The filter is one by a part of the name, or none.
func (s *Server) ListSecrets(_ context.Context, r *secretmanagerpb.ListSecretsRequest) (*secretmanagerpb.ListSecretsResponse, error) {
	part, byName := strings.CutPrefix(r.Filter, "name:")
	if r.Filter != "" && !byName {
		return nil, status.Errorf(codes.InvalidArgument, "The filter %q is not known.", r.Filter)
	}
	out := &secretmanagerpb.ListSecretsResponse{}
	for _, name := range slices.Sorted(maps.Keys(s.secrets)) {
		if !strings.HasPrefix(name, r.Parent+"/secrets/") || !strings.Contains(path.Base(name), part) || name <= r.PageToken {
			continue
		}
		if r.PageSize > 0 && len(out.Secrets) == int(r.PageSize) {
			out.NextPageToken = out.Secrets[len(out.Secrets)-1].Name
			break
		}
		out.Secrets = append(out.Secrets, proto.Clone(s.secrets[name].about).(*secretmanagerpb.Secret))
	}
	return out, nil
}

func (s *Server) find(name string) (*version, error) {
	parent, number, ok := strings.Cut(name, "/versions/")
	n, err := strconv.Atoi(number)
	x := s.secrets[parent]
	if !ok || err != nil || x == nil || n < 1 || n > len(x.versions) {
		return nil, status.Errorf(codes.NotFound, "Secret Version [%s] not found.", name)
	}
	return x.versions[n-1], nil
}

// AccessSecretVersion implements the service.
func (s *Server) AccessSecretVersion(_ context.Context, r *secretmanagerpb.AccessSecretVersionRequest) (*secretmanagerpb.AccessSecretVersionResponse, error) {
	v, err := s.find(r.Name)
	if err != nil {
		return nil, err
	}
	if v.state != secretmanagerpb.SecretVersion_ENABLED {
		return nil, status.Errorf(codes.FailedPrecondition, "Secret Version [%s] is in %s state.", r.Name, v.state)
	}
	sum := int64(crc32.Checksum(v.data, crc32.MakeTable(crc32.Castagnoli)))
	return &secretmanagerpb.AccessSecretVersionResponse{Name: r.Name, Payload: &secretmanagerpb.SecretPayload{Data: v.data, DataCrc32C: &sum}}, nil
}

// DestroySecretVersion implements the service.
func (s *Server) DestroySecretVersion(_ context.Context, r *secretmanagerpb.DestroySecretVersionRequest) (*secretmanagerpb.SecretVersion, error) {
	v, err := s.find(r.Name)
	if err != nil {
		return nil, err
	}
	if v.state == secretmanagerpb.SecretVersion_DESTROYED {
		return nil, status.Errorf(codes.FailedPrecondition, "Secret Version [%s] is already destroyed.", r.Name)
	}
	v.state, v.data = secretmanagerpb.SecretVersion_DESTROYED, nil
	return &secretmanagerpb.SecretVersion{Name: r.Name, State: v.state}, nil
}
