// Express 4 beside Express 5. What the tests use has the same types.
declare module "express4" {
  import express from "express";

  export default express;
}
