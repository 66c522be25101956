package firestoretest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Call is one call of Firestore's API on its way.
type Call struct {
	Method string // BatchGetDocuments, RunQuery, BeginTransaction, Commit, Rollback
	N      int    // its number, from 1
	Writes int    // of a Commit whose answer has come: how many documents it has changed
}

// Proxy passes calls on to an emulator. It is safe for concurrent use.
type Proxy struct {
	addr     string
	emulator *grpc.ClientConn

	mu     sync.Mutex
	open   map[string]string // transactions under way, and their databases
	calls  int
	stats  Stats
	before func(Call) (lost bool)
	after  func(Call) (lost bool)
	loss   codes.Code // what the caller of a lost call hears
}

// Start passes calls on to the emulator at host:port until the test ends.
func Start(t testing.TB, emulator string) *Proxy {
	t.Helper()
	conn, err := grpc.NewClient(emulator, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{}), grpc.MaxCallRecvMsgSize(maxMessage)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{addr: l.Addr().String(), emulator: conn, open: map[string]string{}, loss: codes.Unavailable}
	server := grpc.NewServer(grpc.ForceServerCodec(raw{}), grpc.UnknownServiceHandler(p.handle), grpc.MaxRecvMsgSize(maxMessage))
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Stop()
		if err := errors.Join(<-done, conn.Close()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// maxMessage is above the largest request that Firestore takes, 10 MiB, with room for what is around it.
const maxMessage = 16 << 20

// Addr is the proxy's host:port, the value for FIRESTORE_EMULATOR_HOST.
func (p *Proxy) Addr() string { return p.addr }

// Conn connects a client of this process with the proxy, whatever FIRESTORE_EMULATOR_HOST says; the client closes it.
func (p *Proxy) Conn(t testing.TB) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(p.addr, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(owner{}), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// owner is how the emulator's clients show that the rules don't concern them.
type owner struct{}

func (owner) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer owner"}, nil
}

func (owner) RequireTransportSecurity() bool { return false }

// On sets what is done before a call is passed on, which may lose it, and after its whole answer has come and before the caller gets it, which may lose that; nil for
// nothing. The caller of a lost one hears codes.Unavailable. Numbers begin anew.
func (p *Proxy) On(before, after func(Call) (lost bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before, p.after, p.calls = before, after, 0
}

// LoseAs sets what the caller of a lost call hears in place of codes.Unavailable. After codes.Aborted the client runs the function of a transaction again.
func (p *Proxy) LoseAs(c codes.Code) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loss = c
}

func (p *Proxy) lost(what string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return status.Error(p.loss, what+" was lost")
}

// Calls is how many calls have come since On was called, or since the start.
func (p *Proxy) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}

// handle passes one call on.
func (p *Proxy) handle(_ any, in grpc.ServerStream) error {
	method, ok := grpc.MethodFromServerStream(in)
	if !ok {
		return status.Error(codes.Internal, "no method")
	}
	call, lost := p.begin(method[strings.LastIndexByte(method, '/')+1:])
	if lost {
		return p.lost("the call")
	}
	md, _ := metadata.FromIncomingContext(in.Context())
	ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(in.Context(), md.Copy()))
	defer cancel()
	out, err := p.emulator.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		return err
	}
	request, err := p.ask(call, in, out)
	if err != nil {
		return err
	}
	answers, err := p.answers(call, request, out)
	call.Writes = writes(call.Method, request)
	lost = p.end(call)
	if err != nil {
		return err
	}
	if lost {
		return p.lost("the answer")
	}
	for _, a := range answers {
		if err := in.SendMsg(&a); err != nil {
			return err
		}
	}
	return nil
}

func (p *Proxy) begin(method string) (c Call, lost bool) {
	p.mu.Lock()
	p.calls++
	p.stats.Calls++
	c, before := Call{Method: method, N: p.calls}, p.before
	p.mu.Unlock()
	return c, before != nil && before(c)
}

func (p *Proxy) end(c Call) (lost bool) {
	p.mu.Lock()
	after := p.after
	p.mu.Unlock()
	return after != nil && after(c)
}

// ask passes the request on. Every method that the store uses has one message of request.
func (p *Proxy) ask(call Call, in grpc.ServerStream, out grpc.ClientStream) (request []byte, err error) {
	if err := in.RecvMsg(&request); err != nil {
		return nil, fmt.Errorf("%s: read request: %w", call.Method, err)
	}
	p.countRequest(call.Method, request)
	p.noteRequest(call.Method, request)
	if err := out.SendMsg(&request); err != nil && !errors.Is(err, io.EOF) { // io.EOF: the answer says why
		return nil, err
	}
	return request, out.CloseSend()
}

// answers gathers the whole answer, so that nobody has seen a part of it when the test acts.
func (p *Proxy) answers(call Call, request []byte, out grpc.ClientStream) ([][]byte, error) {
	var all [][]byte
	for {
		var a []byte
		err := out.RecvMsg(&a)
		if errors.Is(err, io.EOF) {
			p.countAnswers(call.Method, all)
			p.noteAnswers(call.Method, database(request), all)
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
}

// writes is how many documents a request changes.
func writes(method string, request []byte) int {
	var r firestorepb.CommitRequest
	if method != "Commit" || proto.Unmarshal(request, &r) != nil {
		return 0
	}
	return len(r.Writes)
}

// raw is a codec that leaves messages as they are.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }

func (raw) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}

func (raw) Name() string { return "proto" }
