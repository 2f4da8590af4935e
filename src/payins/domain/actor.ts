/** Who acts: `by` is the id of the API key or of the person who has signed in; `personId` is who that is, null where a key acts for nobody. */
export interface Actor {
  by: string;
  personId: string | null;
}
