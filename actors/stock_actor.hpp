#pragma once
// The actor of one SKU at one seller. Besides plain commands it prepares changes that commit
// together with those of other entities: a checkout, a cancellation, a reservation of many SKUs.

#include <memory>
#include <variant>
#include <vector>

#include "actors/entity_actor.hpp"
#include "domain/stock.hpp"

namespace souk {

struct StockEntity {
    using Key = StockKey;
    using State = Stock;
    using View = StockView;
    static constexpr const char* name = "stock";

    static std::shared_ptr<const View> view_of(const std::shared_ptr<const State>& state);
    /// Null when the change is not about this SKU.
    static std::shared_ptr<const View> next_view(const Key& key,
                                                 const std::shared_ptr<const View>& view,
                                                 const ChangeSet& change);
};

using StockLife = Life<StockEntity>;
using StockRegistry = Registry<StockEntity>;

/// A stock change that is decided and in the SKU's memory, but not handed to the lane. Dropping it
/// gives the units back.
class Prepared {
public:
    Prepared(std::shared_ptr<StockLife> life, StockChange change);
    Prepared(Prepared&&) noexcept = default;
    Prepared& operator=(Prepared&&) = delete;
    ~Prepared();

    /// Moves the change and the obligation to settle it into a submission, which must go to the
    /// lane before this object ends.
    void hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants);

private:
    std::shared_ptr<StockLife> life_;
    StockChange change_;
    bool handed_over_{false};
};

/// Commands of several SKUs prepared together.
struct JointResult {
    std::vector<Prepared> prepared;
    std::vector<std::pair<std::size_t, Error>> refusals;  // by position in the commands
};
using StockCommands = std::vector<std::pair<StockKey, StockCommand>>;

/// Asks every SKU to prepare its command; `done` runs once, on any thread, when all have answered.
/// Whatever is in the result and not handed over gives its units back by itself.
void prepare_jointly(StockRegistry& registry, StockCommands commands,
                     std::function<void(JointResult)> done);

struct PrepareStock {
    StockCommand command;
    Promise<Result<Prepared>> prepared;
};
struct RevertStock {
    StockChange change;
};
/// A prepared change that freed units is on its way to disk: they are for sale now.
struct ReleaseFreed {
    std::int64_t units{};
};

class StockLetter : public LetterBody {
public:
    using Mail = std::variant<Ask<AdjustStock, StockView>, Ask<ReserveMany, Reservation>,
                              PrepareStock, RevertStock, ReleaseFreed, Read<StockView>>;
    explicit StockLetter(Mail content);
    void refuse(const Error& error) override;
    Mail mail;
};

class StockActor : public EntityActor<StockEntity> {
public:
    using EntityActor::EntityActor;

private:
    void adopt(std::shared_ptr<const Stock> state) override;
    void handle(LetterBody& body) override;

    void receive(Ask<AdjustStock, StockView>& ask);
    void receive(Ask<ReserveMany, Reservation>& ask);
    void receive(PrepareStock& prepare);
    void receive(RevertStock& revert);
    void receive(ReleaseFreed& release);
    void receive(Read<StockView>& read);
    Result<StockChange> decide_and_apply(const StockCommand& command);

    Stock stock_;
};

}  // namespace souk
