import "grpc-rich-errors/vitest";
