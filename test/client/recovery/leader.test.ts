import { expect, it } from "vitest";
import { Leader } from "../../../src/client/recovery/leader.js";

it("the leader is a seed until an attempt finds another server", () => {
  const leader = new Leader(["a:1", "b:1"]);
  expect(leader.address).toBe("a:1");
  leader.found("c:1", leader.begin());
  expect(leader.address).toBe("c:1");
});

it("a leader that fails is forgotten, and the seeds follow in turn", () => {
  const leader = new Leader(["a:1", "b:1"]);
  leader.found("b:1", leader.begin());
  leader.lost("b:1", leader.begin());
  expect(leader.address).toBe("a:1");
  leader.lost("a:1", leader.begin());
  expect(leader.address).toBe("b:1");
  leader.lost("b:1", leader.begin());
  expect(leader.address).toBe("a:1");
});

it("many calls that fail at one server lead to the next seed, not past it", () => {
  const leader = new Leader(["a:1", "b:1", "c:1"]);
  const attempts = [1, 2, 3].map(() => leader.begin());
  for (const attempt of attempts) leader.lost("a:1", attempt);
  expect(leader.address).toBe("b:1");
});

it("a stale redirect loses against a newer one", () => {
  const leader = new Leader(["a:1"]);
  const [early, late] = [leader.begin(), leader.begin()];
  leader.found("new:1", late);
  leader.found("old:1", early);
  expect(leader.address).toBe("new:1");
});

it("a failure that began before a leader was found does not forget it", () => {
  const leader = new Leader(["a:1"]);
  const [early, late] = [leader.begin(), leader.begin()];
  leader.found("b:1", late);
  leader.lost("b:1", early);
  expect(leader.address).toBe("b:1");
});

it("a redirect to a server that failed later loses", () => {
  const leader = new Leader(["a:1"]);
  const first = leader.begin();
  leader.found("b:1", first);
  const [early, late] = [leader.begin(), leader.begin()];
  leader.lost("b:1", late);
  leader.found("b:1", early);
  expect(leader.address).toBe("a:1");
});
