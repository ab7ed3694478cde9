"""Back to the units: what each is to change in what it handed in (退回修改通知), and who has handed in nothing (催报名单)."""
