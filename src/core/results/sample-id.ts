/** Which output of a run is meant. */
export interface SampleId {
  readonly candidate: string;
  readonly case: string;
  readonly repeat: number;
}
