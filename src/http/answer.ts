/** What a schema class describes, as the plain object that is answered. */
export type Answer<Schema> = { [Name in keyof Schema]: Schema[Name] };
