export default {
  files: ["test/**/*.test.ts"],
  extensions: ["ts"],
  timeout: "2m",
  // In processes: a thread that ends while its coverage is taken has been seen to take the whole run with it.
  workerThreads: false,
};
