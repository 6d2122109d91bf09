/** What `--help` prints. */
export const HELP = `usage: rich-errors catalog PROTO-DIR|IMAGE [--format table|json|csv]

Prints every error that protos declare, with all that is known of it.

  PROTO-DIR  a directory of protos, compiled with buf: the one in the nearest
             node_modules/.bin, else the one on PATH. A buf.yaml is heeded.
             richerrors/v1/annotations.proto, google/rpc/*.proto and
             kurrent/rpc/rpc.proto need not be there to be imported.
  IMAGE      what "buf build -o" or "protoc --descriptor_set_out" wrote, binary
             or JSON, gzipped or not; - reads it from stdin. Of an image's
             files, those that are only imported, or that packages in
             node_modules bring, are not printed.

  --format   table: for humans, as wide as the terminal (the default)
             json:  for programs; grpc-rich-errors/catalog.schema.json
                    describes it
             csv:   for spreadsheets (RFC 4180); a text that a spreadsheet would
                    take for a formula begins with '
  -h, --help
  --version

Write -- before a name that begins with -, as in "rich-errors catalog -- -x".

Ends with 0 if all is well, with 1 if the protos do not compile or declare
errors wrongly (each mistake is told with its place), and with 2 if the command
was used wrongly or cannot read what it is to read.
`;
