/** Of an organization's rows, by their tables: the times that become older with its clock. */
export const AGED_COLUMNS = {
  organizations: ['created_at'],
  webhook_endpoints: ['created_at', 'updated_at', 'disabled_at', 'failing_since'],
  payins: ['created_at', 'updated_at', 'expires_at', 'due_at', 'result_at', 'chargeback_at', 'unconfirmed_paid_since'],
  attempts: ['started_at', 'expires_at', 'refused_at'],
  observations: ['created_at'],
  receipts: ['created_at', 'paid_at'],
  refunds: ['requested_at', 'approved_at', 'asked_at', 'paid_at', 'canceled_at', 'due_at'],
  payment_links: ['created_at', 'updated_at', 'expires_at'],
  payin_events: ['at'],
  ledger_entries: ['at'],
  discrepancies: ['opened_at', 'resolved_at'],
  notifications: ['created_at', 'delivered_at', 'due_at'],
  delivery_attempts: ['at'],
  inbound_webhooks: ['received_at', 'applied_at', 'due_at'],
  statements: ['created_at', 'done_at', 'due_at', 'period_from', 'period_to'],
  statement_lines: ['paid_at'],
  integrity_checks: ['due_at', 'finished_at'],
  personal_data_sweeps: ['due_at', 'finished_at', 'after_updated_at'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Those that stay, and why. `*`: all of the table. */
export const PRESENT_COLUMNS: Readonly<Record<string, { columns: readonly string[]; because: string }>> = {
  organizations: {
    columns: ['previous_notification_secret_until'],
    because: 'messages are signed in the present: a merchant who rotates a secret has the real day for it',
  },
  webhook_endpoints: { columns: ['previous_secret_until'], because: 'the same' },
  api_keys: { columns: ['*'], because: 'whoever advances the clock must not be locked out by it' },
  memberships: { columns: ['*'], because: 'people are not on the clock of an organization' },
  people: { columns: ['*'], because: 'the same' },
  sessions: { columns: ['*'], because: 'the same' },
  sign_in_throttles: { columns: ['*'], because: 'the same' },
  audit_entries: { columns: ['*'], because: 'says when somebody really did something, and is never changed' },
  checkout_settings: { columns: ['*'], because: 'nothing becomes due by it' },
  pse_bank_lists: { columns: ['*'], because: 'a copy of what a provider says in the present' },
  installation_keys: { columns: ['*'], because: 'belongs to no organization' },
  test_clocks: { columns: ['*'], because: 'is the clock' },
  daily_reports: { columns: ['*'], because: 'deleted: days are summed up anew' },
  open_days: { columns: ['*'], because: 'the same' },
};
