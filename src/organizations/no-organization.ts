/** The owner of what belongs to no organization, such as a webhook whose reference none has; no API key reads its rows. */
export const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';
