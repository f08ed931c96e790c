/** What people call a registry. */

export function called(host: string): string {
  return host === "docker.io" ? "Docker Hub" : host;
}
