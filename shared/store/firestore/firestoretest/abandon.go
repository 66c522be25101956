package firestoretest

import (
	"context"
	"errors"
	"fmt"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// Abandon ends the transactions that were begun through the proxy and not ended: those of a process that has died. Firestore does so by itself once such a
// transaction has been idle for a minute, and lets go of its locks; a test has no minute.
// Source: https://cloud.google.com/firestore/docs/manage-data/transactions#transactions_and_data_contention
func (p *Proxy) Abandon(ctx context.Context) error {
	p.mu.Lock()
	open := p.open
	p.open = map[string]string{}
	p.mu.Unlock()
	var errs []error
	for id, database := range open {
		request, err := proto.Marshal(&firestorepb.RollbackRequest{Database: database, Transaction: []byte(id)})
		if err != nil {
			return err
		}
		var answer []byte
		if err := p.emulator.Invoke(ctx, "/google.firestore.v1.Firestore/Rollback", &request, &answer, grpc.PerRPCCredentials(owner{})); err != nil {
			errs = append(errs, fmt.Errorf("end an abandoned transaction: %w", err))
		}
	}
	return errors.Join(errs...)
}

// noteRequest sees transactions end.
func (p *Proxy) noteRequest(method string, request []byte) {
	var id []byte
	switch method {
	case "Commit":
		var r firestorepb.CommitRequest
		if proto.Unmarshal(request, &r) == nil {
			id = r.Transaction
		}
	case "Rollback":
		var r firestorepb.RollbackRequest
		if proto.Unmarshal(request, &r) == nil {
			id = r.Transaction
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, string(id))
}

// noteAnswers sees transactions begin.
func (p *Proxy) noteAnswers(method, database string, answers [][]byte) {
	for _, a := range answers {
		var id []byte
		switch method {
		case "BeginTransaction":
			var r firestorepb.BeginTransactionResponse
			if proto.Unmarshal(a, &r) == nil {
				id = r.Transaction
			}
		case "BatchGetDocuments":
			var r firestorepb.BatchGetDocumentsResponse
			if proto.Unmarshal(a, &r) == nil {
				id = r.Transaction
			}
		case "RunQuery":
			var r firestorepb.RunQueryResponse
			if proto.Unmarshal(a, &r) == nil {
				id = r.Transaction
			}
		}
		if len(id) > 0 {
			p.mu.Lock()
			p.open[string(id)] = database
			p.mu.Unlock()
		}
	}
}

// database is the first field of the requests that can begin a transaction, but for a query, whose parent begins with it; the store begins none by a query.
func database(request []byte) string {
	var r firestorepb.BeginTransactionRequest
	if err := proto.Unmarshal(request, &r); err != nil {
		return ""
	}
	return r.Database
}
