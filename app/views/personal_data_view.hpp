#pragma once
// What is known of somebody, gathered or erased, over PostgreSQL. Archives are made on a thread of
// their own, one after the other.

#include "app/views/account_erasure.hpp"
#include "app/views/accounts_view.hpp"
#include "app/views/api_keys_view.hpp"
#include "app/work_pool.hpp"
#include "protocol/personal_data.hpp"

namespace souk {

class PersonalDataView final : public PersonalData {
public:
    /// All must outlive it.
    PersonalDataView(ReadPool& db, AccountsView& accounts, ApiKeysView& keys, const Clock& clock,
                     IdSource& ids);

    void start() { archives_.start(); }
    void stop() { archives_.stop(); }

    void gather(SignedIn who, Promise<Result<std::string>> archive) override;
    void erase(SignedIn who, std::string password, Device device,
               Promise<Result<void>> accepted) override;
    void erase_person(ManagedBy by, UserId id, std::string reason,
                      Promise<Result<void>> accepted) override;

private:
    struct Asking;

    void prove(Asking asking, std::function<void(Result<void>)> proved);
    void carry_out(AccountErasure erasure, Promise<Result<void>> accepted);

    ReadPool& db_;
    AccountsView& accounts_;
    ApiKeysView& keys_;
    const Clock& clock_;
    IdSource& ids_;
    WorkPool archives_;
};

}  // namespace souk
