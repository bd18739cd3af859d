"""From raw rows to one clean history: ids, chats, people, time, and a ledger of every row."""
