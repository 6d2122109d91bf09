/** A call in an order of calls. */
interface Member {
  held: boolean;
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** The running calls of each order. A call waits while an earlier one is held. */
export class Orders {
  readonly #orders = new Map<unknown, Set<Member>>();

  /** Adds a call behind the running calls of its order. */
  enter(order: unknown): Place {
    const members = this.#orders.get(order) ?? new Set<Member>();
    this.#orders.set(order, members);
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const member: Member = { held: false, over, end };
    members.add(member);
    return new Place(member, members, () => {
      if (members.size === 0) this.#orders.delete(order);
    });
  }
}

/** The place of a call in its order. */
export class Place {
  readonly #member: Member;
  readonly #members: Set<Member>;
  readonly #left: () => void;

  constructor(member: Member, members: Set<Member>, left: () => void) {
    this.#member = member;
    this.#members = members;
    this.#left = left;
  }

  /** The end of the held call that this one waits for. `undefined` if this call may be sent. */
  get held(): Promise<void> | undefined {
    for (const member of this.#members) {
      if (member === this.#member) return undefined;
      if (member.held) return member.over;
    }
    return undefined;
  }

  /** Holds the calls behind this one. */
  hold(): void {
    this.#member.held = true;
  }

  leave(): void {
    this.#members.delete(this.#member);
    this.#member.end();
    this.#left();
  }
}
