/** A measured figure, beside what it must reach when there is such a thing. */
export type Figure = {
  what: string;
  measured: string;
  /** Ours / theirs, where the figure is of somebody else. */
  ratio?: string;
  goal?: string;
  met?: boolean;
};
