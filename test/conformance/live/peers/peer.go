// grpc-go as a peer, with its own package status.
//
//	peer serve        prints its port; each call fails with the google.rpc.Status whose base64 is its case_name
//	peer call PORT    reads "METHOD CASE" lines, prints the status of each call as a line of JSON
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/ioutil"
	"net"
	"os"
	"strings"
	"time"

	"github.com/golang/protobuf/jsonpb"
	"github.com/golang/protobuf/proto"
	"github.com/golang/protobuf/ptypes"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	pb "interop/gen/interopv1"
)

type server struct{}

func failure(request *pb.FailRequest) error {
	bytes, err := base64.StdEncoding.DecodeString(request.CaseName)
	if err != nil {
		return err
	}
	meant := &spb.Status{}
	if err := proto.Unmarshal(bytes, meant); err != nil {
		return err
	}
	return status.ErrorProto(meant)
}

func (server) Fail(_ context.Context, request *pb.FailRequest) (*pb.FailResponse, error) {
	return nil, failure(request)
}

func (server) FailStream(request *pb.FailRequest, stream pb.Interop_FailStreamServer) error {
	for seq := int32(1); seq <= 2; seq++ {
		if err := stream.Send(&pb.FailResponse{Seq: seq}); err != nil {
			return err
		}
	}
	return failure(request)
}

func (server) FailBidi(stream pb.Interop_FailBidiServer) error {
	request, err := stream.Recv()
	if err != nil {
		return err
	}
	return failure(request)
}

func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	pb.RegisterInteropServer(s, server{})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		_, _ = io.Copy(ioutil.Discard, os.Stdin)
		s.Stop()
	}()
	return s.Serve(listener)
}

type seen struct {
	Messages int               `json:"messages"`
	Code     int               `json:"code"`
	Message  string            `json:"message"`
	Details  []json.RawMessage `json:"details"`
}

func look(err error, messages int) (seen, error) {
	s := status.Convert(err)
	all := seen{Messages: messages, Code: int(s.Code()), Message: s.Message()}
	for _, any := range s.Proto().GetDetails() {
		fields := map[string]interface{}{}
		message := &ptypes.DynamicAny{}
		if err := ptypes.UnmarshalAny(any, message); err == nil {
			text, err := (&jsonpb.Marshaler{}).MarshalToString(message.Message)
			if err != nil {
				return all, err
			}
			if err := json.Unmarshal([]byte(text), &fields); err != nil {
				return all, err
			}
			fields["@type"] = any.TypeUrl
		} else {
			fields["typeUrl"] = any.TypeUrl
			fields["valueHex"] = hex.EncodeToString(any.Value)
		}
		raw, err := json.Marshal(fields)
		if err != nil {
			return all, err
		}
		all.Details = append(all.Details, raw)
	}
	return all, nil
}

func once(client pb.InteropClient, method, name string) (seen, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	request := &pb.FailRequest{CaseName: name}
	if method == "Fail" {
		_, err := client.Fail(ctx, request)
		return look(err, 0)
	}
	stream, err := client.FailStream(ctx, request)
	if err != nil {
		return look(err, 0)
	}
	for messages := 0; ; messages++ {
		if _, err := stream.Recv(); err != nil {
			return look(err, messages)
		}
	}
}

func call(port string) error {
	connection, err := grpc.Dial("127.0.0.1:"+port, grpc.WithInsecure())
	if err != nil {
		return err
	}
	client := pb.NewInteropClient(connection)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.SplitN(lines.Text(), " ", 2)
		all, err := once(client, words[0], words[1])
		if err != nil {
			return err
		}
		if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	var err error
	if os.Args[1] == "serve" {
		err = serve()
	} else {
		err = call(os.Args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
