export default {
  files: ["test/**/*.test.ts"],
  extensions: ["ts"],
  timeout: "2m",
  // What comes out of it is counted less exactly.
  environmentVariables: { NODE_DISABLE_COMPILE_CACHE: "1" },
  // In processes: a thread that ends while its coverage is taken has been seen to take the whole run with it.
  workerThreads: false,
};
