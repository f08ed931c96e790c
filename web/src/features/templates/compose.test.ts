import { describe, expect, it } from "vitest";
import { readCompose } from "./compose";
import { drawingOf } from "./drawing";

const TEXT = `
x-common: &common
  image: app:1
services:
  web:
    <<: *common
    ports: ["127.0.0.1:8080:80/tcp"]
    depends_on: {db: {condition: service_healthy}, job: {condition: service_completed_successfully}}
    volumes: ["uploads:/srv", "./app.conf:/etc/app.conf"]
  job: {image: job, depends_on: [db]}
  db:
    image: postgres:16
    volumes: [{type: volume, source: data, target: /data}]
    expose: ["5432"]
volumes: {uploads: {}, data: {}}
`;

function read(text: string) {
  return Object.fromEntries((readCompose(text) ?? []).map((service) => [service.name, service]));
}

describe("a compose text", () => {
  it("tells what waits for what, and where data is kept", () => {
    const { web, job, db } = read(TEXT);
    expect(web).toMatchObject({ image: "app:1", keeps: ["uploads"], ports: [80], isRouted: true });
    expect(web?.needs).toEqual([
      { to: "db", when: "healthy" },
      { to: "job", when: "completed" },
    ]);
    expect(job?.needs).toEqual([{ to: "db", when: "started" }]);
    expect(db).toMatchObject({ keeps: ["data"], isRouted: false });
  });

  it.each([
    ["x-hoster: {route: {service: b, port: 1}}\nservices: {a: {image: i, ports: ['80']}, b: {image: i}}", "b"],
    ["services: {a: {image: i, ports: ['80']}, b: {image: i, labels: {hoster.route.port: '1'}}}", "b"],
    ["services: {a: {image: i, expose: ['80']}, b: {image: i, ports: [80]}}", "b"],
    ["services: {a: {image: i, expose: ['80']}, b: {image: i}}", "a"],
    ["x-hoster: {route: false}\nservices: {a: {image: i, ports: ['5432']}}", undefined],
  ])("says where the address leads: %s", (text, routed) => {
    expect(readCompose(text)?.find(({ isRouted }) => isRouted)?.name).toBe(routed);
  });

  it.each(["", "services: [", "services: nothing", "- a", "a: *b"])("that is none draws nothing: %s", (text) => {
    expect(readCompose(text)).toBeNull();
  });

  it("leaves out links to what is not there", () => {
    expect(read("services: {a: {image: i, depends_on: [gone], links: ['a:b']}}").a?.needs).toEqual([
      { to: "a", when: "started" },
    ]);
  });
});

describe("a drawing", () => {
  it("puts what is needed below whoever needs it", () => {
    const { boxes, lines } = drawingOf(readCompose(TEXT) ?? []);
    const heights = Object.fromEntries(boxes.map(({ service, y }) => [service.name, y]));
    expect(heights.web).toBeLessThan(heights.job ?? 0);
    expect(heights.job).toBeLessThan(heights.db ?? 0);
    expect(lines.map(({ key }) => key)).toEqual(["web db", "web job", "job db"]);
  });

  it("ends a circle where it began", () => {
    const text = "services: {a: {image: i, depends_on: [b]}, b: {image: i, depends_on: [a]}}";
    const { boxes, lines } = drawingOf(readCompose(text) ?? []);
    expect(boxes).toHaveLength(2);
    expect(lines).toHaveLength(2);
  });
});
