import type { MikroORM } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { commandLine } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Role } from '../auth/scopes.js';
import { Database } from '../database/database.js';
import { type Invitation, InvitePeople } from './invite-people.js';
import {
  END_SESSIONS_OF_RESET_PERSON,
  LIST_PEOPLE,
  type ListedPerson,
  MEMBERSHIPS_OF_PERSON,
  PERSON_BY_EMAIL,
  RESET_MEMBERSHIPS,
  RESET_PERSON,
  REVOKE_KEYS_OF_RESET_PERSON,
  SET_PERSON_DISABLED,
  type SigningIn,
} from './people.queries.js';
import { END_SESSIONS_OF_PERSON } from './sessions.queries.js';

const RESET = [RESET_PERSON, RESET_MEMBERSHIPS, REVOKE_KEYS_OF_RESET_PERSON, END_SESSIONS_OF_RESET_PERSON];

/** What the command line does with people, in all organizations. */
export class OperatePeople {
  private readonly database: Database;
  private readonly audit: AuditLog;
  private readonly invitations: InvitePeople;

  constructor(private readonly orm: MikroORM) {
    this.database = new Database(orm);
    this.audit = new AuditLog(this.database);
    this.invitations = new InvitePeople(orm, this.audit);
  }

  /** @throws Problem PERSON_EXISTS, PEOPLE_LIMIT, NOT_FOUND */
  invite(organizationId: string, person: { email: string; name: string; role: Role }): Promise<Invitation> {
    return this.invitations.invite(commandLine(organizationId), new Date(), person);
  }

  list(organizationId: string | null, limit: number): Promise<ListedPerson[]> {
    return this.database.query(LIST_PEOPLE, { organizationId, limit });
  }

  /** @returns how many; undefined: there is no such person */
  async endSessions(email: string): Promise<number | undefined> {
    const person = await this.find(email);
    if (!person) return undefined;
    const ended = await this.database.query(END_SESSIONS_OF_PERSON, { personId: person.id, exceptHash: null });
    await this.record(person.id, 'person.sessions_ended');
    return ended.length;
  }

  /** @returns undefined: there is no such person */
  async setDisabled(email: string, isDisabled: boolean): Promise<true | undefined> {
    const person = await this.find(email);
    if (!person) return undefined;
    await this.database.query(SET_PERSON_DISABLED, { id: person.id, isDisabled });
    await this.record(person.id, isDisabled ? 'person.disabled' : 'person.enabled');
    return true;
  }

  /**
   * For whoever has lost the password or the second factor, or where another has taken the account before them.
   * @returns a new invitation of each organization; undefined: there is no such person
   */
  async reset(email: string): Promise<Invitation[] | undefined> {
    const person = await this.find(email);
    if (!person) return undefined;
    const { id, name } = person;
    const memberships = await this.database.query(MEMBERSHIPS_OF_PERSON, { personId: id });
    await (this.orm.em.fork() as EntityManager).transactional(async (em) => {
      for (const statement of RESET) await em.execute(statement, [id]);
    });
    await this.record(id, 'person.reset');
    const invitations = [];
    for (const { organizationId, role } of memberships.filter(({ isDisabled }) => !isDisabled))
      invitations.push(await this.invite(organizationId, { email: person.email, name, role }));
    return invitations;
  }

  private async find(email: string): Promise<SigningIn | undefined> {
    return (await this.database.query(PERSON_BY_EMAIL, { email: email.toLowerCase() }))[0];
  }

  private async record(personId: string, action: `person.${string}`): Promise<void> {
    for (const { organizationId } of await this.database.query(MEMBERSHIPS_OF_PERSON, { personId }))
      await this.audit.record({ by: commandLine(organizationId), action, subject: { type: 'person', id: personId } });
  }
}
