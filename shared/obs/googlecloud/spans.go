package googlecloud

import (
	"fmt"
	"strings"

	"cloud.google.com/go/trace/apiv2/tracepb"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	rpccode "google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Bounds of a span, in bytes.
// Source: https://cloud.google.com/trace/docs/reference/v2/rpc/google.devtools.cloudtrace.v2
const (
	maxName  = 128
	maxValue = 256
)

// span is a span as Cloud Trace takes it.
func span(project, function string, s sdktrace.ReadOnlySpan) *tracepb.Span {
	id := s.SpanContext().SpanID().String()
	out := &tracepb.Span{
		Name:   fmt.Sprintf("projects/%s/traces/%s/spans/%s", project, s.SpanContext().TraceID(), id),
		SpanId: id, DisplayName: text(s.Name(), maxName),
		StartTime: timestamppb.New(s.StartTime()), EndTime: timestamppb.New(s.EndTime()),
		Attributes: attributes(function, s.Attributes()), SpanKind: kinds[s.SpanKind()],
		SameProcessAsParentSpan: wrapperspb.Bool(!s.Parent().IsRemote()),
	}
	if s.Parent().HasSpanID() {
		out.ParentSpanId = s.Parent().SpanID().String()
	}
	if st := s.Status(); st.Code == codes.Error {
		out.Status = &status.Status{Code: int32(rpccode.Code_UNKNOWN), Message: st.Description}
	}
	return out
}

var kinds = map[trace.SpanKind]tracepb.Span_SpanKind{
	trace.SpanKindInternal: tracepb.Span_INTERNAL, trace.SpanKindServer: tracepb.Span_SERVER, trace.SpanKindClient: tracepb.Span_CLIENT,
	trace.SpanKindProducer: tracepb.Span_PRODUCER, trace.SpanKindConsumer: tracepb.Span_CONSUMER,
}

// attributes of a span, with the function that made it, under OpenTelemetry's name for that.
func attributes(function string, all []attribute.KeyValue) *tracepb.Span_Attributes {
	out := &tracepb.Span_Attributes{AttributeMap: map[string]*tracepb.AttributeValue{"service.name": {Value: stringValue(function)}}}
	for _, a := range all {
		v := &tracepb.AttributeValue{}
		switch a.Value.Type() {
		case attribute.BOOL:
			v.Value = &tracepb.AttributeValue_BoolValue{BoolValue: a.Value.AsBool()}
		case attribute.INT64:
			v.Value = &tracepb.AttributeValue_IntValue{IntValue: a.Value.AsInt64()}
		default:
			v.Value = stringValue(a.Value.String())
		}
		out.AttributeMap[string(a.Key)] = v
	}
	return out
}

func stringValue(s string) *tracepb.AttributeValue_StringValue {
	return &tracepb.AttributeValue_StringValue{StringValue: text(s, maxValue)}
}

func text(s string, most int) *tracepb.TruncatableString {
	cut := s
	if len(cut) > most {
		cut = cut[:most]
	}
	cut = strings.ToValidUTF8(cut, "")
	return &tracepb.TruncatableString{Value: cut, TruncatedByteCount: int32(len(s) - len(cut))}
}
