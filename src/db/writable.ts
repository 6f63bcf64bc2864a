/**
 * A statement that fails with 25006 on a server that accepts no writes now, such as a standby. It returns nothing, so
 * it may stand behind others in one text.
 */
export const REQUIRE_WRITABLE = `
  do $$ begin
    if current_setting('transaction_read_only')::bool then
      raise read_only_sql_transaction using message = 'this server accepts no writes';
    end if;
  end $$`;
