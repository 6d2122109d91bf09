// gRPC C++ as a peer, with its own grpcpp/support/error_details.h.
//
//   peer serve        prints its port; each call fails with the google.rpc.Status whose base64 is its case_name
//   peer call PORT    reads "METHOD CASE" lines, prints the status of each call as a line of JSON
#include <google/protobuf/any.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/error_details.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "interop/v1/interop.grpc.pb.h"

namespace {

using google::protobuf::ListValue;
using google::protobuf::Message;
using google::protobuf::Struct;
using google::protobuf::Value;
using interop::v1::FailRequest;
using interop::v1::FailResponse;
using interop::v1::Interop;

std::string FromBase64(const std::string& text) {
  static const std::string kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (char c : text) {
    size_t value = kAlphabet.find(c);
    if (value == std::string::npos) continue;
    buffer = (buffer << 6) | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>((buffer >> bits) & 0xff));
  }
  return bytes;
}

std::string ToHex(const std::string& bytes) {
  static const char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned char c : bytes) {
    text.push_back(kDigits[c >> 4]);
    text.push_back(kDigits[c & 15]);
  }
  return text;
}

grpc::Status Failure(const FailRequest& request) {
  google::rpc::Status meant;
  if (!meant.ParseFromString(FromBase64(request.case_name()))) {
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the case is no status");
  }
  grpc::Status status;
  grpc::Status set = grpc::SetErrorDetails(meant, &status);
  return set.ok() ? status : set;
}

class Server final : public Interop::Service {
  grpc::Status Fail(grpc::ServerContext*, const FailRequest* request, FailResponse*) override {
    return Failure(*request);
  }

  grpc::Status FailStream(grpc::ServerContext*, const FailRequest* request,
                          grpc::ServerWriter<FailResponse>* writer) override {
    for (int seq = 1; seq <= 2; ++seq) {
      FailResponse response;
      response.set_seq(seq);
      writer->Write(response);
    }
    return Failure(*request);
  }
};

int Serve() {
  Server service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::cout << port << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

void AddDetail(const google::protobuf::Any& any, ListValue* into) {
  Struct* fields = into->add_values()->mutable_struct_value();
  const std::string name = any.type_url().substr(any.type_url().rfind('/') + 1);
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  if (descriptor != nullptr) {
    std::unique_ptr<Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
    std::string text;
    if (message->ParseFromString(any.value()) && google::protobuf::util::MessageToJsonString(*message, &text).ok() &&
        google::protobuf::util::JsonStringToMessage(text, fields).ok()) {
      (*fields->mutable_fields())["@type"].set_string_value(any.type_url());
      return;
    }
  }
  (*fields->mutable_fields())["typeUrl"].set_string_value(any.type_url());
  (*fields->mutable_fields())["valueHex"].set_string_value(ToHex(any.value()));
}

void Print(const grpc::Status& status, int messages) {
  Struct seen;
  auto& fields = *seen.mutable_fields();
  fields["messages"].set_number_value(messages);
  fields["code"].set_number_value(status.error_code());
  fields["message"].set_string_value(status.error_message());
  fields["details"].set_null_value(google::protobuf::NULL_VALUE);
  if (!status.error_details().empty()) {
    google::rpc::Status whole;
    grpc::Status read = grpc::ExtractErrorDetails(status, &whole);
    if (read.ok()) {
      ListValue* details = fields["details"].mutable_list_value();
      for (const auto& any : whole.details()) AddDetail(any, details);
    } else {
      fields["refused"].set_string_value(read.error_message());
    }
  }
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(seen, &text);
  std::cout << text << std::endl;
}

int Call(const std::string& port) {
  auto stub = Interop::NewStub(grpc::CreateChannel("127.0.0.1:" + port, grpc::InsecureChannelCredentials()));
  std::string line;
  while (std::getline(std::cin, line)) {
    const size_t space = line.find(' ');
    FailRequest request;
    request.set_case_name(line.substr(space + 1));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    FailResponse response;
    int messages = 0;
    if (line.substr(0, space) == "Fail") {
      Print(stub->Fail(&context, request, &response), messages);
      continue;
    }
    auto reader = stub->FailStream(&context, request);
    while (reader->Read(&response)) ++messages;
    Print(reader->Finish(), messages);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  google::rpc::ErrorInfo::default_instance();
  interop::v1::Numbers::default_instance();
  return argc > 2 ? Call(argv[2]) : Serve();
}
