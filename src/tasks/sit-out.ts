type Agent = { agent_id: string; holder_id: string };

/**
 * Agents that were refused what was planned for them: they drain, were replaced, or have fewer free slots than they
 * said. Such a one sits out the next round, so that its work goes to others, and then waits until something happens;
 * planning for it again at once gave an endless loop of refused claims.
 */
export class SitOut {
  readonly #refused = new Map<string, { round: number; news: number }>();
  #round = 0;
  #news = 0;
  #newsAtBegin = 0;

  /** Something has happened that may have freed a slot. */
  hear(): void {
    this.#news++;
  }

  /** Begins a round: those that sat out theirs and have had news since may play again. */
  beginRound(): void {
    this.#round++;
    this.#newsAtBegin = this.#news;
    for (const [key, { round, news }] of this.#refused)
      if (round < this.#round - 1 && news < this.#news) this.#refused.delete(key);
  }

  /** To be called with the answer to the round that was begun last. */
  refuse(agents: Agent[]): void {
    for (const agent of agents) this.#refused.set(keyOf(agent), { round: this.#round, news: this.#newsAtBegin });
  }

  has = (agent: Agent): boolean => this.#refused.has(keyOf(agent));
}

const keyOf = ({ agent_id, holder_id }: Agent): string => `${agent_id}/${holder_id}`;
