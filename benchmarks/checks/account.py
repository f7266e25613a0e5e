import pytest
from solution import Account, InsufficientFunds


def test_deposit_and_withdraw_return_the_balance():
    account = Account("Ann", 100)
    assert account.deposit(50) == 150
    assert account.withdraw(30) == 120
    assert account.balance == 120
    assert account.owner == "Ann"


def test_default_balance():
    assert Account("Ann").balance == 0


def test_insufficient_funds_change_nothing():
    account = Account("Ann", 10)
    with pytest.raises(InsufficientFunds):
        account.withdraw(11)
    assert account.balance == 10
    assert account.history() == []
    assert issubclass(InsufficientFunds, ValueError)


def test_balance_is_read_only():
    with pytest.raises(AttributeError):
        Account("Ann").balance = 5


def test_history_in_order():
    account = Account("Ann")
    account.deposit(5)
    account.withdraw(2)
    assert account.history() == [("deposit", 5), ("withdraw", 2)]


@pytest.mark.parametrize("amount", [0, -1, 1.5, "3"])
def test_amounts_must_be_positive_integers(amount):
    account = Account("Ann", 10)
    with pytest.raises(ValueError):
        account.deposit(amount)
    with pytest.raises(ValueError):
        account.withdraw(amount)


def test_negative_start():
    with pytest.raises(ValueError):
        Account("Ann", -1)
