/** How a person calls autod here, for sentences about what comes next: from a checkout, npm runs it. */
export const calledAs = (env: NodeJS.ProcessEnv): string =>
  env["npm_package_name"] === "autod" ? "npm run --silent autod --" : "autod";
